/** What an ingestion says of itself: what is stored, and every error and note, of which a bounded number is kept. */
import type { IngestReport } from '../knowledge-base.ts';
import type { Note, NoteKind, SourceItem } from './source.ts';

const KEPT_ERRORS = 1_000;
const KEPT_NOTES = 1_000;
const COUNTS = ['documents', 'passages', 'duplicates', 'imagesMissing'] as const;

export interface JobReport {
  documents: number;
  passages: number;
  duplicates: number;
  /** Image documents without pixels at hand, found by their captions only. */
  imagesMissing: number;
  /** The first 1,000; `errorCount` says how many there were. */
  errors: { where: string; message: string }[];
  errorCount: number;
  /** What was not read, read in another way than it asks for, or stored under another id: the first 1,000. */
  notes: Note[];
  /** How many there were of each kind. */
  noteCounts: Partial<Record<NoteKind, number>>;
  seconds: number;
  /** True where an earlier, interrupted run was continued. */
  resumed: boolean;
}

/** One line of the whole report: an error, or a note of some kind. */
export type Finding = { kind: 'error'; where: string; message: string } | Note;

export interface ReportOptions {
  resumed: boolean;
  onError?: (error: { where: string; message: string }) => void;
  onFinding?: (finding: Finding) => void;
}

export function createReport({ resumed, onError, onFinding }: ReportOptions) {
  const report: JobReport = {
    documents: 0,
    passages: 0,
    duplicates: 0,
    imagesMissing: 0,
    errors: [],
    errorCount: 0,
    notes: [],
    noteCounts: {},
    seconds: 0,
    resumed,
  };
  function fail(error: SourceItem['errors'][number]): void {
    report.errorCount++;
    if (report.errors.length < KEPT_ERRORS) report.errors.push(error);
    onError?.(error);
    onFinding?.({ kind: 'error', ...error });
  }
  function note(found: Note): void {
    report.noteCounts[found.kind] = (report.noteCounts[found.kind] ?? 0) + 1;
    if (report.notes.length < KEPT_NOTES) report.notes.push(found);
    onFinding?.(found);
  }
  return {
    report,
    fail,
    note,
    /** What the store took, and what it refused. */
    add(done: IngestReport): void {
      for (const count of COUNTS) report[count] += done[count];
      for (const { id, message } of done.errors) fail({ where: id ? `document "${id}"` : 'a document', message });
    },
    /** What the store left out. */
    copy({ id, of }: { id: string; of: string }): void {
      note({ kind: 'copy', where: `document "${id}"`, message: `left out: its content is that of "${of}"` });
    },
  };
}
