import { describe, expect, it } from '@jest/globals';
import { parseSearchLocation, shownSearchLocation } from './search-location.js';

describe('parseSearchLocation', () => {
  it('reads credentials, several nodes and options, and never shows the password', () => {
    const location = parseSearchLocation(
      'https://ada:p%40ss@one.example:9200/os/,https://two.example:9200?prefix=shop&ca=/etc/ca.pem',
    );
    expect(location).toEqual({
      addresses: ['https://one.example:9200/os', 'https://two.example:9200'],
      credentials: { username: 'ada', password: 'p@ss' },
      certificateFile: '/etc/ca.pem',
      prefix: 'shop',
    });
    const shown = shownSearchLocation(location!);
    expect(shown).toBe(
      'https://ada:***@one.example:9200/os,https://two.example:9200?prefix=shop&ca=%2Fetc%2Fca.pem',
    );
  });

  it.each([
    'search.example:9200',
    'ftp://search.example',
    'http://a:9200,b:9200',
    'http://a:9200?colour=red',
    'http://a:9200?prefix=Shop',
    'http://a:9200?prefix=a,http://b:9200',
    'http://a:9200,http://ada:word@b:9200',
    'http://a:9200#x',
    '',
  ])('refuses %j', (written) => {
    expect(parseSearchLocation(written)).toBeUndefined();
  });
});
