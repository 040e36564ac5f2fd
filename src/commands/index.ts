import type { Command } from '../cli/command.ts';
import { assembleOrders } from './assemble-orders.ts';
import { attributeRefunds } from './attribute-refunds.ts';
import { audit } from './audit.ts';
import { buildAudiences } from './build-audiences.ts';
import { demo } from './demo.ts';
import { doctor } from './doctor.ts';
import { enrich } from './enrich.ts';
import { explain } from './explain.ts';
import { forms } from './forms.ts';
import { forget } from './forget.ts';
import { importBilling } from './import-billing.ts';
import { importEmail } from './import-email.ts';
import { importIntake } from './import-intake.ts';
import { keys } from './keys.ts';
import { leads } from './leads.ts';
import { migrate } from './migrate.ts';
import { purge } from './purge.ts';
import { quarantine } from './quarantine.ts';
import { reconcile } from './reconcile.ts';
import { relays } from './relays.ts';
import { resendRelays } from './resend-relays.ts';
import { routes } from './routes.ts';
import { runs } from './runs.ts';
import { show } from './show.ts';
import { suppressions } from './suppressions.ts';

/** All commands, in the order of the help: the day's work first, then what people look at. */
export const commands: readonly Command[] = [
  ...[importEmail, importBilling, importIntake, enrich, assembleOrders, attributeRefunds, buildAudiences, resendRelays, reconcile],
  ...[demo, show, forms, routes, leads, relays, runs, quarantine, audit, explain, forget, suppressions, purge, migrate, keys, doctor],
];
