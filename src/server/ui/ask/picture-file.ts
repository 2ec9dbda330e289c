/** A picture that a person chose, dropped or pasted, as the data URL that a question carries. */

const KINDS: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/webp']);
/** The server's own limit. */
const LIMIT = 10 * 1024 * 1024;

export interface Picture {
  name: string;
  /** `data:image/png;base64,...` */
  address: string;
}

/** Throws an error for people where the file is no picture that a question may carry. */
export async function readPicture(file: File): Promise<Picture> {
  if (!KINDS.has(file.type)) throw new Error(`${file.name} is no PNG, JPEG or WebP picture.`);
  if (file.size > LIMIT) throw new Error(`${file.name} is larger than 10 MB.`);
  return { name: file.name, address: await dataUrl(file) };
}

function dataUrl(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve(String(reader.result)));
    reader.addEventListener('error', () => reject(new Error(`${file.name} cannot be read.`)));
    reader.readAsDataURL(file);
  });
}

/** The first file of a drop or a paste. */
export function firstFile(transfer: DataTransfer | null): File | undefined {
  return transfer?.files[0];
}

export const carriesFiles = (transfer: DataTransfer | null): boolean => transfer?.types.includes('Files') ?? false;
