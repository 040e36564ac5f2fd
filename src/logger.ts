import winston from 'winston';

import { loggingEnvironment } from './config.ts';

export type Logger = winston.Logger;

export const logLevels = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof logLevels)[number];

/**
 * The logger: JSON lines on stderr, or a short human form if stderr is a terminal. stdout belongs to the report.
 * Messages and fields hold ids, counts and places; never personal data, never a secret.
 */
export function createLogger(level: LogLevel, human: boolean): Logger {
  const { combine, timestamp, json, printf, colorize } = winston.format;
  const terminal = printf(({ timestamp: at, level: shown, message, ...fields }) => {
    const rest = Object.entries(fields).map(([name, value]) => `${name}=${String(value)}`);
    return `${String(at).slice(11, 19)} ${shown} ${String(message)}${rest.length > 0 ? `  (${rest.join(', ')})` : ''}`;
  });
  return winston.createLogger({
    level,
    format: human
      ? combine(timestamp(), ...(loggingEnvironment().plain ? [] : [colorize()]), terminal)
      : combine(timestamp(), json()),
    transports: new winston.transports.Console({ stderrLevels: [...logLevels] }),
  });
}
