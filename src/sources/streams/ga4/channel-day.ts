import { MOST_IN_MICROS } from '../../contract/contract.ts';
import { booleanAt, currencyAt, dateAt, decimalAt, integerAt, sourceStream, textAt } from '../../contract/source-stream.ts';

const required = { required: true } as const;
const float = { form: 'float' } as const;

/** Sessions of a day by where they came from. */
export const ga4ChannelDay = sourceStream({
  ...{ platform: 'ga4', stream: 'channel_day', disposition: 'replace', owners: [] },
  description: 'Sessions on a day of a property of Google Analytics 4, by channel group, source, medium and campaign; (other) is a row like any.',
  key: ['date', 'sessionDefaultChannelGroup', 'sessionSource', 'sessionMedium', 'sessionCampaignName'],
  fields: {
    date: { ...dateAt('date', { ...required, note: 'A day of the property, in its own time zone.' }), form: 'compact_date' },
    channel_group: textAt('sessionDefaultChannelGroup', required),
    session_source: textAt('sessionSource', required),
    session_medium: textAt('sessionMedium', required),
    session_campaign: textAt('sessionCampaignName', required),
    sessions: integerAt('sessions', required),
    engaged_sessions: integerAt('engagedSessions'),
    key_events: { ...decimalAt('keyEvents'), ...float },
    revenue: { ...decimalAt('purchaseRevenue', { most: MOST_IN_MICROS, note: 'Of purchases, in major units.' }), ...float },
    currency: currencyAt('__currencyCode', required),
    zone: textAt('__timeZone'),
    sampling: textAt('__samplingMetadatas', { note: 'JSON, if the figures are estimates from a sample.' }),
    other_row: booleanAt('__dataLossFromOtherRow', { note: 'True: rows of the day were put together as (other).' }),
    thresholded: booleanAt('__subjectToThresholding', { note: 'True: rows of the day may be left out that could tell of single persons.' }),
  },
});
