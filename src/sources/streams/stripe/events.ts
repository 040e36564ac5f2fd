import { epochAt, platformId, sourceStream, textAt } from '../../contract/source-stream.ts';

/** What changed when; the objects themselves are asked for, as their copies here are of another version of the API. */
export const stripeEvents = sourceStream({
  platform: 'stripe',
  stream: 'events',
  description: 'An event of Stripe: which object changed, and when.',
  disposition: 'event',
  fields: {
    id: platformId('id', { required: true }),
    type: textAt('type'),
    object: textAt('data.object.object'),
    object_id: platformId('data.object.id'),
    api_version: textAt('api_version'),
    created: epochAt('created', { required: true }),
  },
});
