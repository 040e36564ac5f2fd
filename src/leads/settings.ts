import { z } from 'zod';

const host = z.string().regex(/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/i, 'must be a host such as go.alpina.example, without scheme and path');

/** Keys of `serve` in hub.config.yaml that decide on leads. */
export const leadSettings = {
  /** Where the targets of forms.yaml may lead. */
  redirect_hosts: z.array(host).default([]),
};
