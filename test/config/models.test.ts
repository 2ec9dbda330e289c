import { expect, test } from 'vitest';
import { createChatModel, PROVIDERS } from '../../src/config/models.ts';

test.each<[string, string, RegExp]>([
  ['gpt-4o', 'invalid-model', /provider:name/],
  ['openai:', 'invalid-model', /provider:name/],
  ['opnai:gpt-4o', 'unknown-provider', /did you mean "openai"\?/],
  ['constructor:x', 'unknown-provider', /there are: anthropic/],
  ['groq:llama', 'provider-not-installed', /npm install @langchain\/groq$/],
])('%s is refused: %s', async (name, code, message) => {
  await expect(createChatModel(name)).rejects.toMatchObject({
    kind: 'user',
    code,
    message: expect.stringMatching(message),
  });
});

test('a provider that is installed gives its chat model, with the options of the configuration', async () => {
  const model = await createChatModel({ model: 'openai:some-model:v1', options: { apiKey: 'x', temperature: 0.25 } });
  expect(model).toMatchObject({ model: 'some-model:v1', temperature: 0.25 });
  expect(model.constructor.name).toBe(PROVIDERS.openai!.class);
});

test("a missing key is the user's to mend, in one line", async () => {
  const key = process.env.OPENAI_API_KEY;
  delete process.env.OPENAI_API_KEY;
  try {
    const error = await createChatModel('openai:some-model').then(
      () => undefined,
      (reason) => reason,
    );
    // Some versions look for the key at the first call only.
    if (error)
      expect(error).toMatchObject({ kind: 'user', code: 'model-setup', message: expect.not.stringContaining('\n') });
  } finally {
    if (key !== undefined) process.env.OPENAI_API_KEY = key;
  }
});
