import { createRequire } from 'node:module';
import type Winston from 'winston';

import { withoutSecrets } from './core/text/known-secrets.ts';
import { loggingEnvironment } from './environment.ts';

export const logLevels = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof logLevels)[number];

type LogLine = (message: string, fields?: object) => void;

/** A method for each level; `defaultMeta` is on every line. */
export type Logger = Readonly<Record<LogLevel, LogLine>> & { defaultMeta: object };

/**
 * The logger: JSON lines on stderr, or a short human form if stderr is a terminal. stdout belongs to the report.
 * Messages and fields hold ids, counts and places; never personal data, never a secret.
 */
export function createLogger(level: LogLevel, human: boolean): Logger {
  let writer: Winston.Logger | undefined;
  const line =
    (at: LogLevel): LogLine =>
    (message, fields = {}) => {
      if (logLevels.indexOf(at) > logLevels.indexOf(level)) return;
      (writer ??= openWriter(level, human)).log(at, message, { ...logger.defaultMeta, ...fields });
    };
  const logger: Logger = { defaultMeta: {}, error: line('error'), warn: line('warn'), info: line('info'), debug: line('debug') };
  return logger;
}

/** Loaded with the first line: most runs have nothing to say, and it is a tenth of what a start takes. */
function openWriter(level: LogLevel, human: boolean): Winston.Logger {
  const winston = createRequire(import.meta.url)('winston') as typeof Winston;
  const { combine, timestamp, json, printf, colorize } = winston.format;
  // What to do next stands on a line of its own, where people look for it.
  const terminal = printf(({ timestamp: at, level: shown, message, next, ...fields }) => {
    const rest = Object.entries(fields).map(([name, value]) => `${name}=${String(value)}`);
    const line = `${String(at).slice(11, 19)} ${shown} ${String(message)}${rest.length > 0 ? `  (${rest.join(', ')})` : ''}`;
    return typeof next === 'string' ? `${line}\n  Next: ${next}` : line;
  });
  const lines = human ? combine(timestamp(), ...(loggingEnvironment().plain ? [] : [colorize()]), terminal) : combine(timestamp(), json());
  return winston.createLogger({
    level,
    format: combine(lines, hideSecrets(winston)()),
    transports: new winston.transports.Console({ stderrLevels: [...logLevels] }),
  });
}

/** The last step of every line: whatever a message or a library quotes, a secret that this process knows is not in it. */
function hideSecrets(winston: typeof Winston): () => Winston.Logform.Format {
  const written = Symbol.for('message');
  return winston.format((line) => {
    const text = line[written];
    return typeof text === 'string' ? { ...line, [written]: withoutSecrets(text) } : line;
  });
}
