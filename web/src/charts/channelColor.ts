/** Channels have the chart colours in the order in which they were added; the eighth and later share a grey. */
export const channelColor = (index: number): string => (index < 7 ? `var(--chart-${index + 1})` : 'var(--chart-rest)');
