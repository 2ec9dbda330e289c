/** Light or dark: as the system is, until somebody switches. */
import { useState } from 'preact/hooks';
import { Moon, Sun } from './icons.tsx';

type Theme = 'light' | 'dark';
const CHOSEN = 'r1-router-theme';

const system = (): Theme => (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');

function chosen(): Theme | undefined {
  const theme = localStorage.getItem(CHOSEN);
  return theme === 'light' || theme === 'dark' ? theme : undefined;
}

export function applyTheme(): void {
  const theme = chosen();
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}

export function ThemeSwitch() {
  const [theme, setTheme] = useState<Theme>(chosen() ?? system());
  const other: Theme = theme === 'dark' ? 'light' : 'dark';
  const change = () => {
    // Back at what the system says, the page follows it again.
    if (other === system()) localStorage.removeItem(CHOSEN);
    else localStorage.setItem(CHOSEN, other);
    applyTheme();
    setTheme(other);
  };
  return (
    <button type="button" class="button quiet round" onClick={change} aria-label={`Switch to the ${other} theme`}>
      {theme === 'dark' ? <Sun /> : <Moon />}
    </button>
  );
}
