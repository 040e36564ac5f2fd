/** The demo runs on it too, so it stands in the program. */
export * from '../../../src/simulators/google-ads.ts';
