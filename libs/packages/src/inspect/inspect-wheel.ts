import { limits } from '#kernel';
import { ArchiveBudget } from '../archive/archive-budget.js';
import type { PythonArtifact } from '../artifact.js';
import { collectBytes } from '../archive/collect-bytes.js';
import { artifactRefused } from '../errors.js';
import type { ArtifactFlaw } from '../errors.js';
import { isNameAndVersion, parseWheelFilename } from '../python/python-filename.js';
import type { WheelFilename } from '../python/python-filename.js';
import { headerFields, parsePythonMetadata } from './python-metadata.js';
import type { PythonMetadata } from './python-metadata.js';
import type { ReadableBytes } from '../staging.js';
import { parseWheelRecord, RecordCheck } from './wheel-record.js';
import type { RecordLine } from './wheel-record.js';
import { readZipDirectory } from '../archive/zip-archive.js';
import type { ZipMember } from '../archive/zip-archive.js';
import { zipContent } from '../archive/zip-content.js';

/** A wheel (PEP 427): every member is unpacked and compared with RECORD, and METADATA with the file's name. */
export async function inspectWheel(file: ReadableBytes, filename: string): Promise<PythonArtifact> {
  return await new WheelInspection(file, filename).run();
}

class WheelInspection {
  private readonly budget: ArchiveBudget;

  constructor(
    private readonly file: ReadableBytes,
    private readonly filename: string,
  ) {
    this.budget = new ArchiveBudget(filename, file.size);
  }

  async run(): Promise<PythonArtifact> {
    const named = this.parseFilename();
    const members = await readZipDirectory(this.file, this.filename, this.budget);
    const folder = this.distInfoFolder(members, named);
    const metadata = await this.readMetadata(members, `${folder}/METADATA`, named);
    await this.checkWheelFile(members, `${folder}/WHEEL`);
    await this.checkContents(members, `${folder}/RECORD`);
    return {
      kind: 'wheel',
      filename: this.filename,
      sha256: this.file.sha256,
      size: this.file.size,
      package: metadata.package,
      version: metadata.version,
      requiresPython: metadata.requiresPython,
      metadata: { sha256: metadata.sha256, text: metadata.text },
    };
  }

  private parseFilename(): WheelFilename {
    const named = parseWheelFilename(this.filename);
    if (named !== undefined) return named;
    throw this.refused(
      'artifact-name-invalid',
      undefined,
      'a wheel is named {name}-{version}-{python tag}-{abi tag}-{platform tag}.whl, e.g. zephyr_tool-1.2.0-py3-none-any.whl.',
    );
  }

  private distInfoFolder(members: readonly ZipMember[], named: WheelFilename): string {
    const folders = new Set(members.map(({ path }) => path.split('/')[0] ?? '').filter(isDistInfo));
    const [folder, second] = folders;
    if (folder === undefined) {
      throw this.refused(
        'metadata-missing',
        undefined,
        'it has no {name}-{version}.dist-info/METADATA, as a wheel must.',
      );
    }
    if (second !== undefined) {
      throw this.refused(
        'metadata-ambiguous',
        `${second}/METADATA`,
        `it also has ${folder}/METADATA; leave one.`,
      );
    }
    if (!isNameAndVersion(folder.slice(0, -'.dist-info'.length), named.package, named.version)) {
      throw this.refused(
        'artifact-name-mismatch',
        folder,
        'this folder names another package or version than the file.',
      );
    }
    return folder;
  }

  private async readMetadata(
    members: readonly ZipMember[],
    path: string,
    named: WheelFilename,
  ): Promise<PythonMetadata> {
    const bytes = await this.read(members, path, limits.packageMetadataBytes);
    const metadata = parsePythonMetadata(bytes, { filename: this.filename, entry: path });
    if (metadata.package === named.package && isNameAndVersion(`x-${metadata.version}`, 'x', named.version)) {
      return metadata;
    }
    throw this.refused(
      'artifact-name-mismatch',
      path,
      `it says ${metadata.package} ${metadata.version}, the file's name says ${named.package} ${named.version}; build the wheel again rather than renaming it.`,
    );
  }

  private async checkWheelFile(members: readonly ZipMember[], path: string): Promise<void> {
    const bytes = await this.read(members, path, limits.packageMetadataBytes);
    const version = headerFields(bytes.toString('utf8')).get('wheel-version')?.[0] ?? '';
    if (/^1\.\d+$/.test(version)) return;
    throw this.refused(
      'metadata-invalid',
      path,
      'its Wheel-Version must be 1.0, which is the one that pip reads.',
    );
  }

  private async checkContents(members: readonly ZipMember[], recordPath: string): Promise<void> {
    const record = parseWheelRecord(await this.read(members, recordPath, limits.wheelRecordBytes));
    if (typeof record === 'string') throw this.refused('metadata-invalid', recordPath, record);
    const files = members.filter((member) => !member.isFolder);
    // RECORD can't hold its own digest; what some tools write there is of no meaning.
    for (const member of files) {
      await this.checkMember(member, member.path === recordPath ? undefined : record.get(member.path));
    }
    const present = new Set(files.map(({ path }) => path));
    const missing = [...record.keys()].find((path) => !present.has(path));
    if (missing === undefined) return;
    throw this.refused(
      'wheel-digest-mismatch',
      missing,
      'RECORD lists it, but the wheel lacks it; build the wheel again.',
    );
  }

  private async checkMember(member: ZipMember, line: RecordLine | undefined): Promise<void> {
    const check = line === undefined ? null : new RecordCheck(line);
    for await (const chunk of zipContent(this.file, member, this.filename, this.budget)) check?.take(chunk);
    if (check === null || check.agrees()) return;
    throw this.refused(
      'wheel-digest-mismatch',
      member.path,
      'its bytes do not have the digest or size that RECORD says; build the wheel again rather than editing it.',
    );
  }

  /** These few are read twice; a budget of its own keeps them from being counted twice. */
  private async read(members: readonly ZipMember[], path: string, maxBytes: number): Promise<Buffer> {
    const member = members.find((candidate) => candidate.path === path && !candidate.isFolder);
    if (member === undefined) {
      throw this.refused(
        'metadata-missing',
        path,
        'the wheel lacks it; build it again with a current build tool.',
      );
    }
    const budget = new ArchiveBudget(this.filename, this.file.size);
    const place = { filename: this.filename, entry: path };
    return await collectBytes(zipContent(this.file, member, this.filename, budget), maxBytes, place);
  }

  private refused(code: ArtifactFlaw, entry: string | undefined, sentence: string): Error {
    return artifactRefused(code, { filename: this.filename, entry }, sentence);
  }
}

function isDistInfo(folder: string): boolean {
  return folder.toLowerCase().endsWith('.dist-info');
}
