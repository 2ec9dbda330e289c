/** `r1-router completion`: what a shell needs to complete commands, options and their values, printed for it to read. */
import { Argument, Command } from 'commander';
import type { CommandEntry } from './command-entry.ts';
import { type CompletionShell, completionScript, completionTree, SHELLS } from './completion/scripts.ts';

export function register(program: Command, all: readonly CommandEntry[]): void {
  program
    .command('completion')
    .description('print what bash, zsh or fish needs to complete commands and options')
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .addHelpText(
      'after',
      `
To use it:
  bash   echo 'eval "$(r1-router completion bash)"' >> ~/.bashrc
  zsh    echo 'eval "$(r1-router completion zsh)"' >> ~/.zshrc     (after compinit)
  fish   r1-router completion fish > ~/.config/fish/completions/r1-router.fish`,
    )
    .action(async (shell: CompletionShell) => {
      const whole = new Command('r1-router');
      for (const { load } of all) (await load()).register(whole, all);
      process.stdout.write(completionScript(shell, completionTree(whole)));
    });
}
