export { problemFields } from '../core/errors.ts';
