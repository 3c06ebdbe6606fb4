import { describe, expect, it } from 'vitest';
import { readCurl } from '../../plugin/services/curl.ts';
import { shellWords } from '../../plugin/services/shell-words.ts';

const plain = { method: null, url: 'http://x/', headers: [], via: null };
const form = 'Content-Type: application/x-www-form-urlencoded';

describe('a curl command', () => {
  it.each([
    ['curl http://x/', plain],
    ['  /usr/bin/curl   http://x/ ', plain],
    ['curl -X PUT http://x/', { ...plain, method: 'PUT' }],
    ['curl -XDELETE --url http://x/', { ...plain, method: 'DELETE' }],
    ['curl -I http://x/', { ...plain, method: 'HEAD' }],
    ['curl -sSkL -A me -e you http://x/', { ...plain, headers: ['User-Agent: me', 'Referer: you'] }],
    ['curl -b a=b -b jar.txt http://x/', { ...plain, headers: ['Cookie: a=b'] }],
    ['curl -u me:secret http://x/', { ...plain, headers: ['Authorization: Basic bWU6c2VjcmV0'] }],
    ['curl -d a=b http://x/', { ...plain, method: 'POST', headers: [form] }],
    ['curl -d a -X PATCH http://x/', { ...plain, method: 'PATCH', headers: [form] }],
    ['curl -G -d a=b --data-urlencode "c=d e" http://x/', { ...plain, url: 'http://x/?a=b&c=d%20e' }],
    [
      'curl --json "{}" http://x/',
      { ...plain, method: 'POST', headers: ['Content-Type: application/json', 'Accept: application/json'] },
    ],
    ['curl --resolve x:80:127.0.0.1 http://x/', { ...plain, via: '127.0.0.1:80' }],
    ['curl --resolve x:80:[::1] http://x/', { ...plain, via: '[::1]:80' }],
    ['curl --connect-to ::127.0.0.1:8080 http://x/', { ...plain, via: '127.0.0.1:8080' }],
    ['curl "http://x/" \\\n  -H \'a: b\' \\\n  --compressed', { ...plain, headers: ['a: b'] }],
  ])('%s', (text, expected) => expect(readCurl(text)).toEqual(expected));

  it.each([
    ['curl', 'the curl command names no URL'],
    ['curl -Z http://x/', 'the curl option -Z is not one that trace knows'],
    ['curl http://x/ -H', 'the curl option -H lacks its value'],
    ['curl --resolve x http://x/', 'the curl option --resolve takes HOST:PORT:ADDRESS, not x'],
    ['curl --connect-to x http://x/', 'the curl option --connect-to takes HOST1:PORT1:HOST2:PORT2, not x'],
  ])('%s is refused', (text, message) => expect(readCurl(text)).toContain(message));
});

describe('words', () => {
  it.each([
    ['a  b\tc\nd', ['a', 'b', 'c', 'd']],
    [`'a b' "c d" e\\ f`, ['a b', 'c d', 'e f']],
    [`"a\\"b\\x" 'a\\b' $'a\\'b\\n\\u0041\\x42'`, ['a"b\\x', 'a\\b', "a'b\nAB"]],
    [`a'b'"c"d ''`, ['abcd', '']],
    ['a \\\r\n b', ['a', 'b']],
    ['$(x) `y` $z', ['$(x)', '`y`', '$z']],
  ])('%j', (text, words) => expect(shellWords(text)).toEqual(words));

  it.each(["'a", '"a', "$'a\\'"])('%s is not closed', (text) => expect(shellWords(text)).toBeNull());
});
