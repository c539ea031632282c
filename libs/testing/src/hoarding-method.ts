/**
 * A method for the Python class of a back end: fills its cache until it is ended, with `files`, with deleted files that are
 * still open (`deleted`), or with empty ones (`names`). Its module imports `os` and `time`.
 */
export const hoardingMethod = `    def hoards(self, how: str):
        number, kept = 0, []
        while True:
            path = self.context.cache / str(number)
            number += 1
            kept.append(open(path, "wb"))
            if how == "deleted":
                path.unlink()
            if how == "names":
                kept.pop().close()
                continue
            for _ in range(16):
                kept[-1].write(os.urandom(2 ** 20))
            kept[-1].flush()
            time.sleep(0.2)`;
