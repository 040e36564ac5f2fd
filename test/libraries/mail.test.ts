import { expect, test } from '@jest/globals';
import { createTransport } from 'nodemailer';

import { startMailServer } from '../support/servers/mail-server.ts';

test('nodemailer resolves when some recipients are refused', async () => {
  const server = await startMailServer({ recipient: (address) => (address.startsWith('no') ? 550 : 0) });
  const transport = createTransport({ host: '127.0.0.1', port: server.port, tls: { ca: server.certificate }, requireTLS: true });
  const sent = transport.sendMail({ from: 'a@shop.example', to: ['no@shop.example', 'yes@shop.example'], subject: 's', text: 't' });
  await expect(sent).resolves.toMatchObject({ accepted: ['yes@shop.example'], rejected: ['no@shop.example'] });
  transport.close();
});
