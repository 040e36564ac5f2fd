/** Where segments are published: HUB_INTAKE_URL. */
export interface IntakeStore {
  /** `file:…` or `s3://…`, for logs. */
  readonly location: string;
  /** Puts a file there, whole or not at all, in the place of one that is there. */
  put(name: string, bytes: Buffer): Promise<void>;
  close(): void;
}
