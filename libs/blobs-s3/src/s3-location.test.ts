import { describe, expect, it } from '@jest/globals';
import { parseS3Address } from './s3-location.js';

describe('an address of S3', () => {
  it('names a bucket, and what else there is to know', () => {
    expect(parseS3Address('s3://artifacts')).toEqual({
      bucket: 'artifacts',
      endpoint: null,
      region: null,
      prefix: '',
      publicEndpoint: null,
    });
    const whole =
      's3://artifacts?endpoint=http://s3:9000/&region=eu-1&prefix=/mortise/a/&public_endpoint=https://files.example';
    expect(parseS3Address(whole)).toEqual({
      bucket: 'artifacts',
      endpoint: 'http://s3:9000',
      region: 'eu-1',
      prefix: 'mortise/a/',
      publicEndpoint: 'https://files.example',
    });
    expect(parseS3Address('s3://artifacts?endpoint=http://s3:9000')?.region).toBe('us-east-1');
  });

  it.each([
    '/a/path',
    's3://',
    's3://a',
    's3://Under_score',
    's3://key:secret@artifacts',
    's3://artifacts/folder',
    's3://artifacts?endpoint=s3:9000',
    's3://artifacts?endpoint=http://key@s3:9000',
    's3://artifacts?access_key=a',
    's3://artifacts?prefix=a&prefix=b',
    's3://artifacts?prefix=ä',
    's3://artifacts?region=a%20b',
  ])('is not %s', (address) => {
    expect(parseS3Address(address)).toBeUndefined();
  });
});
