/** Tells on stderr how far the files of a model have come, since the first use of one can take minutes. */
import type { DownloadProgress } from '../../tools/encoders/models/download.ts';
import { createProgress } from './progress.ts';

const MEGABYTE = 1e6;

export function downloadProgress(): (progress: DownloadProgress) => void {
  const view = createProgress();
  return ({ file, received, total }) => {
    const megabytes = (bytes: number) => (bytes / MEGABYTE).toFixed(1);
    const share = total ? received / total : 0;
    view.update(share, `${file}: ${megabytes(received)}${total ? ` of ${megabytes(total)}` : ''} MB`);
    if (total !== undefined && received >= total) view.end();
  };
}
