/** Opens an address in the reader's browser by the opener of the platform. Its address is printed in any case, so a failure is no error. */
import { spawn } from 'node:child_process';

/** No shell reads the address. */
function openerOf(url: string): [program: string, ...argv: string[]] {
  switch (process.platform) {
    case 'darwin':
      return ['open', url];
    case 'win32':
      return ['rundll32', 'url.dll,FileProtocolHandler', url];
    default:
      return ['xdg-open', url];
  }
}

/** Whether an opener was found; what it does with the address is its own affair. */
function openBrowser(url: string): Promise<boolean> {
  const [program, ...argv] = openerOf(url);
  return new Promise((resolve) => {
    const child = spawn(program, argv, { stdio: 'ignore', detached: true });
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}

/** Prints where the page is, and opens it where that is asked for. */
export async function tellPage(url: string, { open = false }: { open?: boolean } = {}): Promise<void> {
  const page = `${url}/`;
  process.stdout.write(`page: ${page}\n`);
  if (open && !(await openBrowser(page))) {
    process.stderr.write(`r1-router: no browser can be opened here; open ${page} yourself\n`);
  }
}
