/** Fakes for your tests: knowledge bases, policies, readers, answerers and a chat model that record their calls. */
export {
  type FakeAnswerer,
  type FakeKnowledgeBase,
  type FakeReader,
  fakeAnswerer,
  fakeKnowledgeBase,
  fakeReader,
  passage,
  policyOf,
  routerOptions,
  type Scripted,
  type ScriptedPolicy,
  scriptedPolicy,
  search,
  stop,
} from './fakes.ts';
export {
  type ScriptedCall,
  type ScriptedCallOptions,
  ScriptedChatModel,
  type ScriptedReply,
  scriptedChatModel,
} from './scripted-chat-model.ts';
