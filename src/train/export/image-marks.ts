/** Where a picture goes in a text, to EasyR1 and verl: as many marks as the row has pictures. */

export const IMAGE = '<image>';
const FIRST_LINE = `${IMAGE}\n`;

/** What only looks like a mark is none: the loaders would ask for a picture. */
export const withoutMarks = (text: string): string => text.replaceAll(IMAGE, '< image >');

/** The text with its mark: where the text has one already, there; else on a line before it. */
export function marked(user: string, image: boolean): string {
  if (!image) return withoutMarks(user);
  return user.includes(IMAGE) ? user : `${FIRST_LINE}${user}`;
}

/** The inverse of `marked`. A mark elsewhere than on the first line stays where it is. */
export function unmarked(text: string): { user: string; image: boolean } {
  return {
    user: text.startsWith(FIRST_LINE) ? text.slice(FIRST_LINE.length) : text,
    image: text.includes(IMAGE),
  };
}

/** For trainers that know from the row alone where the picture goes. */
export const bare = (user: string): string => user.replaceAll(`\n${IMAGE}`, '').replaceAll(IMAGE, '');
