/** What a picture is, by its first bytes: never by what somebody calls it. */
export function pictureType([a, b]: Uint8Array): string {
  if (a === 0xff && b === 0xd8) return 'image/jpeg';
  if (a === 0x47 && b === 0x49) return 'image/gif';
  if (a === 0x52 && b === 0x49) return 'image/webp';
  return 'image/png';
}

export const dataUrl = (bytes: Uint8Array): string =>
  `data:${pictureType(bytes)};base64,${Buffer.from(bytes).toString('base64')}`;
