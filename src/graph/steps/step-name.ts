/** The nodes of the graph. */
export type StepName = 'begin' | 'decide' | 'retrieve' | 'read' | 'conclude';
