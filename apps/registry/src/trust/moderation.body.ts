import { IsIn, IsOptional, IsString, Matches, MaxLength } from '../platform/requests/body-rules.js';
import { limits } from '#kernel';
import type { PackageVersionName, QuarantineFollowers, ReleaseName } from '#trust';
import { ApiProperty, ApiPropertyOptional } from '../platform/contract/api-decorators.js';

const somethingWritten = /\S/;
const sayWhy = { message: 'reason must say why, in words that people can act upon' };

export class QuarantineBody {
  @ApiProperty({ maxLength: limits.reasonCharacters, example: 'It sends credentials to a stranger.' })
  @IsString()
  @MaxLength(limits.reasonCharacters)
  @Matches(somethingWritten, sayWhy)
  reason!: string;
}

export class ReleaseTrustBody {
  @ApiProperty({ enum: ['trusted', 'untrusted'], example: 'trusted' })
  @IsIn(['trusted', 'untrusted'])
  trust!: 'trusted' | 'untrusted';

  @ApiProperty({ maxLength: limits.reasonCharacters, example: 'Read line by line.' })
  @IsString()
  @MaxLength(limits.reasonCharacters)
  @Matches(somethingWritten, sayWhy)
  reason!: string;
}

export class ReviewReleaseBody {
  @ApiProperty({ enum: ['approved', 'rejected'], example: 'approved' })
  @IsIn(['approved', 'rejected'])
  review!: 'approved' | 'rejected';

  @ApiProperty({ maxLength: limits.reasonCharacters, example: 'Does what it says.' })
  @IsString()
  @MaxLength(limits.reasonCharacters)
  @Matches(somethingWritten, sayWhy)
  reason!: string;
}

export class ReasonQuery {
  @ApiPropertyOptional({
    maxLength: limits.reasonCharacters,
    description: 'Why, for the audit log.',
    example: 'It was a false alarm.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(limits.reasonCharacters)
  reason?: string;
}

class QuarantinedPackageBody {
  @ApiProperty({ enum: ['npm', 'python'], example: 'npm' })
  side!: string;

  @ApiProperty({ example: '@cloudve/kube' })
  package!: string;

  @ApiProperty({ example: '1.0.0' })
  version!: string;
}

class QuarantinedReleaseBody {
  @ApiProperty({ example: 'galaxy/other-plugin' })
  plugin!: string;

  @ApiProperty({ example: '2.1.0' })
  version!: string;
}

export class QuarantineFollowersBody {
  @ApiProperty({
    type: [QuarantinedPackageBody],
    description: 'The package versions that are quarantined with it: the publisher’s own, never others’.',
  })
  packages!: readonly PackageVersionName[];

  @ApiProperty({
    type: [QuarantinedReleaseBody],
    description: 'The other releases that pin one of these, and so are quarantined too.',
  })
  releases!: readonly ReleaseName[];
}

export function followersBody({ packages, releases }: QuarantineFollowers): QuarantineFollowersBody {
  return {
    packages: packages.map(({ side, package: name, version }) => ({ side, package: name, version })),
    releases: releases.map(({ plugin, version }) => ({ plugin, version })),
  };
}
