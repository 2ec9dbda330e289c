/** A command as the table of commands has it, and what its file exports. */
import type { Command } from 'commander';

interface CommandModule {
  /** `all`: the table itself, for who speaks of every command. */
  register(program: Command, all: readonly CommandEntry[]): void;
}

export interface CommandEntry {
  name: string;
  description: string;
  load: () => Promise<CommandModule>;
}
