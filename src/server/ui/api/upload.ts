/** Files to a knowledge base, with the progress of their way to the server. */
import { addressOf, errorOf, headersWithKey, unreachable } from './client.ts';
import { type UploadReport, UploadReportSchema } from './schemas.ts';

export interface Upload {
  knowledgeBase: string;
  /** Of a knowledge base that is made by this upload. */
  description?: string;
  files: readonly File[];
}

/** `fetch` tells nothing of a body under way, so this is an XMLHttpRequest. `onProgress` hears a share from 0 to 1. */
export function upload(
  { knowledgeBase, description, files }: Upload,
  { onProgress, signal }: { onProgress: (share: number) => void; signal: AbortSignal },
): Promise<UploadReport> {
  const form = new FormData();
  if (description) form.append('description', description);
  for (const file of files) form.append('files', file, file.name);
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest();
    sending.open('POST', addressOf(`v1/documents?${new URLSearchParams({ knowledgeBase })}`));
    for (const [name, value] of Object.entries(headersWithKey({ Accept: 'application/json' }))) {
      sending.setRequestHeader(name, value);
    }
    sending.upload.addEventListener('progress', ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0));
    sending.addEventListener('load', () => {
      if (sending.status < 200 || sending.status >= 300) return reject(errorOf(sending.status, sending.responseText));
      try {
        resolve(UploadReportSchema.parse(JSON.parse(sending.responseText)));
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
