import { HubError } from '../../core/errors.ts';
import { folderIntake } from './folder-intake.ts';
import type { IntakeStore } from './intake-store.ts';

/**
 * Opens the intake of a URL; the AWS client is loaded only for one on S3.
 * @throws HubError configuration if it names none
 */
export async function openIntake(url: string): Promise<IntakeStore> {
  if (url.startsWith('file:')) return folderIntake(url.slice('file:'.length));
  if (url.startsWith('s3:')) return (await import('./s3-intake.client.ts')).openS3Intake(url);
  throw new HubError('configuration', 'invalid_intake_url', 'HUB_INTAKE_URL names no place that hub knows.', {
    nextStep: 'Use file:<folder> or s3://bucket/prefix?region=R.',
  });
}
