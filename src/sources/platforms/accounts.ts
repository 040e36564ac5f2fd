import { z } from 'zod';

import { accountSchema } from '../api/account.ts';

/** The accounts of hub.config.yaml. */
export const accountsSchema = z
  .array(accountSchema)
  .default([])
  .superRefine((accounts, context) => {
    for (const [index, { platform, account }] of accounts.entries()) {
      const first = accounts.findIndex((other) => other.platform === platform && other.account === account);
      if (first < index) context.addIssue({ code: 'custom', path: [index, 'account'], message: 'is declared twice for this platform' });
    }
  });
