import { ApiProperty, ApiPropertyOptional } from '../../platform/contract/api-decorators.js';

const hexadecimal = { description: 'In hexadecimal; compared with the file’s.' };

/** The parts of an upload, in any order. What else clients send of the package is read from the file instead. */
export class PythonUploadBody {
  @ApiProperty({ name: ':action', enum: ['file_upload'] })
  action!: string;

  @ApiPropertyOptional({ enum: ['1'] })
  protocol_version?: string;

  @ApiProperty({ description: 'In any spelling; the file must have the same.' })
  name!: string;

  @ApiProperty({ description: 'In any spelling; the file must have the same.' })
  version!: string;

  @ApiPropertyOptional({ enum: ['bdist_wheel', 'sdist'] })
  filetype?: string;

  @ApiPropertyOptional(hexadecimal)
  sha256_digest?: string;

  @ApiPropertyOptional(hexadecimal)
  blake2_256_digest?: string;

  @ApiPropertyOptional(hexadecimal)
  md5_digest?: string;

  @ApiProperty({ type: 'string', format: 'binary', description: 'The wheel or sdist, with its file name.' })
  content!: string;
}
