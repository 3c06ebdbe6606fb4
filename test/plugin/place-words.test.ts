import { expect, it } from 'vitest';
import { clusterWords, placeWords } from '../../plugin/commands/change/place-words.ts';

const none = { kubeconfig: undefined, context: undefined, cluster: undefined, user: undefined, server: undefined };

it('what is told to be typed next works where this command did', () => {
  const flags = { ...none, context: 'prod', namespace: 'shop' };
  expect(`canary abort web${placeWords(flags)}`).toBe('canary abort web -n shop --context prod');
  expect(clusterWords(flags)).toBe(' --context prod');
});

it('nothing is added where the kubeconfig says it', () => {
  expect(placeWords({ ...none, namespace: undefined })).toBe('');
  expect(placeWords({ ...none, context: '', namespace: '' })).toBe('');
});

it('a shell takes the words as they were given', () => {
  expect(clusterWords({ ...none, kubeconfig: "/home/kim/a b's", user: '$(reboot)' })).toBe(
    " --kubeconfig '/home/kim/a b'\\''s' --user '$(reboot)'",
  );
});
