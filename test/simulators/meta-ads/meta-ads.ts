/** The demo runs on it too, so it stands in the program. */
export * from '../../../src/simulators/meta-ads.ts';
