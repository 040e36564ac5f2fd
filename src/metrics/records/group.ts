/** The brand of the rows of a person over all brands, and of sums over all persons (metrics, "Customer"). */
export const GROUP = '*';
