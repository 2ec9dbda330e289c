/** What stands beside exported rows so that they run as they are written: settings, reward, chat template, a command or a script. */
import { chmod, copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../common/atomic-file.ts';
import { packageFile } from '../../common/package-files.ts';
import { CHAT_TEMPLATE, type ExportFormat, overrides, REWARD_MODULE } from '../../train/export/index.ts';

type Settings = Readonly<Record<string, unknown>>;

/** The names of the files that were written. */
export async function writeCompanions(out: string, format: ExportFormat, settings: Settings): Promise<string[]> {
  const written = ['settings.json'];
  await writeFileAtomic(join(out, 'settings.json'), `${JSON.stringify(settings, null, 2)}\n`);
  const text = async (name: string, content: string) => {
    await writeFileAtomic(join(out, name), content);
    written.push(name);
  };
  switch (format) {
    case 'reference':
      await text(
        'run.sh',
        command('verl.trainer.main', 'worker.actor.model.model_path', settings, 'config=examples/grpo_example.yaml'),
      );
      break;
    case 'easyr1':
      await text('reward.py', REWARD_MODULE);
      await text('chat_template.jinja', CHAT_TEMPLATE);
      await text(
        'run.sh',
        command('verl.trainer.main', 'worker.actor.model.model_path', settings, 'config=examples/config.yaml'),
      );
      break;
    case 'verl':
      await text('reward.py', REWARD_MODULE);
      await text('run.sh', command('verl.trainer.main_ppo', 'actor_rollout_ref.model.path', settings));
      break;
    case 'trl':
      await text('reward.py', REWARD_MODULE);
      await copyFile(packageFile('python', 'train_grpo.py'), join(out, 'train.py'));
      written.push('train.py');
      break;
    case 'sft':
      await copyFile(packageFile('python', 'train_sft.py'), join(out, 'train.py'));
      written.push('train.py');
      break;
    default:
      format satisfies never;
  }
  if (written.includes('run.sh')) await chmod(join(out, 'run.sh'), 0o755);
  return written;
}

/** Files of the export: in the command they stand with its folder, which may be run from anywhere. */
const FILES = /^(?:train|validation|reward|chat_template)\.\w+/;

/** Run in the trainer's own folder, where its configuration is. What is given after it wins. */
function command(module: string, modelKey: string, settings: Settings, ...first: string[]): string {
  const words = overrides(settings).map((word) => {
    const at = word.indexOf('=') + 1;
    const value = word.slice(at);
    return FILES.test(value) ? `"${word.slice(0, at)}$HERE/${value}"` : word;
  });
  return `#!/bin/sh
# MODEL=Qwen/Qwen2.5-VL-3B-Instruct ./run.sh [name=value ...]
set -e
HERE=$(cd "$(dirname "$0")" && pwd)
exec python3 -m ${[module, ...first, ...words].join(' \\\n  ')} \\
  "${modelKey}=$MODEL" "$@"
`;
}
