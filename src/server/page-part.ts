/** What the page can do beside asking, each by a path of the API. */
export type PagePart =
  | 'knowledge-bases'
  | 'search'
  | 'passage-pictures'
  | 'question-pictures'
  | 'documents'
  | 'runs'
  | 'run-events'
  | 'feedback';
