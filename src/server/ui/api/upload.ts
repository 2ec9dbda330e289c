/** Files to a knowledge base, with the progress of their way to the server and of what the server makes of them. */
import { createParser } from 'eventsource-parser';
import { ApiError, addressOf, errorOf, headersWithKey, unreachable } from './client.ts';
import { ErrorBodySchema, UploadProgressSchema, type UploadReport, UploadReportSchema } from './schemas.ts';

export interface Upload {
  knowledgeBase: string;
  /** Both of a knowledge base that is made by this upload. */
  description?: string;
  modality?: string;
  files: readonly File[];
}

export interface UploadProgress {
  phase: 'sending' | 'reading';
  /** From 0 to 1. */
  share: number;
}

/** `fetch` tells nothing of a body under way, so this is an XMLHttpRequest; its answer comes as events, or as one object. */
export function upload(
  { files, ...target }: Upload,
  { onProgress, signal }: { onProgress: (progress: UploadProgress) => void; signal: AbortSignal },
): Promise<UploadReport> {
  const form = new FormData();
  for (const file of files) form.append('files', file, file.name);
  const query = new URLSearchParams(Object.entries(target).filter(([, value]) => value));
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest();
    sending.open('POST', addressOf(`v1/documents?${query}`));
    for (const [name, value] of Object.entries(
      headersWithKey({ Accept: 'text/event-stream, application/json;q=0.5' }),
    )) {
      sending.setRequestHeader(name, value);
    }
    sending.upload.addEventListener('progress', ({ loaded, total }) =>
      onProgress({ phase: 'sending', share: total > 0 ? loaded / total : 0 }),
    );
    const reader = eventReader((share) => onProgress({ phase: 'reading', share }));
    sending.addEventListener('progress', () => sending.status < 300 && reader.read(sending.responseText));
    sending.addEventListener('load', () => {
      if (sending.status < 200 || sending.status >= 300) return reject(errorOf(sending.status, sending.responseText));
      try {
        const told = sending.getResponseHeader('Content-Type')?.startsWith('text/event-stream') ?? false;
        if (!told) return resolve(UploadReportSchema.parse(JSON.parse(sending.responseText)));
        reader.read(sending.responseText);
        resolve(reader.report());
      } catch (error) {
        reject(error);
      }
    });
    sending.addEventListener('error', () => reject(unreachable()));
    sending.addEventListener('abort', () => reject(signal.reason));
    signal.addEventListener('abort', () => sending.abort(), { once: true });
    sending.send(form);
  });
}

function eventReader(onShare: (share: number) => void) {
  let at = 0;
  let report: UploadReport | undefined;
  let failure: ApiError | undefined;
  const parser = createParser({
    onEvent({ event, data }) {
      const value: unknown = JSON.parse(data);
      if (event === 'report') report = UploadReportSchema.parse(value);
      if (event === 'error') failure = new ApiError(ErrorBodySchema.parse(value).error);
      if (event !== 'progress') return;
      const { bytes, totalBytes } = UploadProgressSchema.parse(value);
      if (totalBytes > 0) onShare(bytes / totalBytes);
    },
  });
  return {
    /** The whole answer as far as it came. */
    read(text: string): void {
      parser.feed(text.slice(at));
      at = text.length;
    },
    report(): UploadReport {
      if (failure) throw failure;
      if (!report) throw unreachable();
      return report;
    },
  };
}
