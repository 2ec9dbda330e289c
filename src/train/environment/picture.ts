/** A picture as a data URL; what it is stands in its first bytes. */
export function dataUrl(bytes: Uint8Array): string {
  const [first] = bytes;
  const type = first === 0xff ? 'jpeg' : first === 0x52 ? 'webp' : first === 0x47 ? 'gif' : 'png';
  return `data:image/${type};base64,${Buffer.from(bytes).toString('base64')}`;
}
