/**
 * Where the files go: a folder, or a prefix on S3. Names are relative, with `/`. A file is there whole or not at all.
 */
export interface AudienceStore {
  /** For people; without secrets. */
  readonly location: string;
  /** Copies a local file to a name, in place of what is there. */
  put(name: string, localFile: string, sha256: string): Promise<void>;
  /** Writes a text, as JSON or of another type. */
  putText(name: string, text: string, contentType?: string): Promise<void>;
  /** Moves a file, in place of what is there. */
  move(from: string, to: string): Promise<void>;
  /** SHA-256 of a file; undefined if there is none. */
  sha256Of(name: string): Promise<string | undefined>;
  close(): void;
}
