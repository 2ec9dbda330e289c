/** Opens an address in the browser of whoever sits here. Where there is none, nothing happens: the address is printed anyway. */
import { spawn } from 'node:child_process';

const OPENERS: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

export function openInBrowser(url: string): void {
  const [program, ...options] = OPENERS[process.platform] ?? ['xdg-open'];
  const opener = spawn(program, [...options, url], { stdio: 'ignore', detached: true });
  opener.on('error', () => {});
  opener.unref();
}
