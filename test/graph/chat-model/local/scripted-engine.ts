/** An engine that says what a script says, keeps its requests, and throws where the script has run out. */
import type { Generated, GenerateRequest, LocalEngine } from '../../../../src/graph/chat-model/local/engine.ts';

export interface ScriptedEngine extends LocalEngine {
  requests: GenerateRequest[];
  disposed: number;
}

export function scriptedEngine(replies: readonly (string | Partial<Generated>)[]): ScriptedEngine {
  const requests: GenerateRequest[] = [];
  return {
    name: 'scripted.gguf',
    requests,
    disposed: 0,
    async generate(request) {
      request.signal?.throwIfAborted();
      const reply = replies[requests.length];
      requests.push(request);
      if (reply === undefined) throw new Error('the script has run out');
      const said = typeof reply === 'string' ? { text: reply } : reply;
      const text = said.text ?? '';
      for (const piece of text.match(/[\s\S]{1,3}/g) ?? []) request.onText?.(piece);
      return { text, finish: 'stop', tokens: { input: 20, cached: 12, output: 5 }, ...said };
    },
    async dispose() {
      this.disposed += 1;
    },
  };
}
