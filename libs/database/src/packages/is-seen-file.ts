/** A file that everybody may see, `f`, of the package `k`. */
export const isSeenFile = `(
  f.origin = 'upload'
  OR (f.origin = 'upstream' AND k.publisher IS NULL)
  OR (f.origin = 'release' AND EXISTS (
    SELECT 1 FROM release_artifact a JOIN plugin_release r ON r.id = a.release_id
    WHERE a.sha256 = f.sha256 AND a.filename = f.filename AND r.review = 'approved'))
)`;
