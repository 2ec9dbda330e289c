/** The few signs of the page, drawn by hand; each stands beside words or in a button that has a name. */
import type { ComponentChildren, JSX } from 'preact';

function icon(drawing: ComponentChildren) {
  return function Icon({ size = 18 }: { size?: number }): JSX.Element {
    return (
      <svg
        class="icon"
        width={size}
        height={size}
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        stroke-width="2"
        stroke-linecap="round"
        stroke-linejoin="round"
        aria-hidden="true"
      >
        {drawing}
      </svg>
    );
  };
}

export const Logo = icon(
  <>
    <path d="M4 12h5c4 0 3-6 7-6h4M9 12h11M9 12c4 0 3 6 7 6h4" />
    <circle cx="4" cy="12" r="1.4" fill="currentColor" />
  </>,
);
export const PictureIcon = icon(
  <>
    <rect x="3" y="4" width="18" height="16" rx="2.5" />
    <circle cx="9" cy="10" r="1.6" />
    <path d="m4 18 5.5-5 4 3.5L17 13l4 3.5" />
  </>,
);
export const ArrowUp = icon(<path d="M12 19V5m-6 6 6-6 6 6" />);
export const Close = icon(<path d="m6 6 12 12M18 6 6 18" />);
export const StopIcon = icon(<rect x="7" y="7" width="10" height="10" rx="1.5" fill="currentColor" />);
export const Sun = icon(
  <>
    <circle cx="12" cy="12" r="4" />
    <path d="M12 3v1.5M12 19.5V21M3 12h1.5M19.5 12H21M5.6 5.6l1.1 1.1M17.3 17.3l1.1 1.1M5.6 18.4l1.1-1.1M17.3 6.7l1.1-1.1" />
  </>,
);
export const Moon = icon(<path d="M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5Z" />);
export const Check = icon(<path d="m5 12.5 4.5 4.5L19 7.5" />);
export const Warning = icon(<path d="M12 8.5v4.5m0 3v.01M12 3.5 2.5 20h19Z" />);
export const Upload = icon(
  <path d="M12 15V4m-5 5 5-5 5 5M4 16v2.5A1.5 1.5 0 0 0 5.5 20h13a1.5 1.5 0 0 0 1.5-1.5V16" />,
);
export const ThumbUp = icon(
  <path d="M7 11v9H4v-9h3Zm0 0 4-7c1.5 0 2.2 1 2 2.4L12.4 10H19a1.8 1.8 0 0 1 1.8 2.2l-1.3 6A2.3 2.3 0 0 1 17.3 20H7" />,
);
export const ThumbDown = icon(
  <path d="M17 13V4h3v9h-3Zm0 0-4 7c-1.5 0-2.2-1-2-2.4l.6-3.6H5a1.8 1.8 0 0 1-1.8-2.2l1.3-6A2.3 2.3 0 0 1 6.700 4H17" />,
);
