#!/usr/bin/env node
// Written for any Node, so that one that is too old is told so, and not with a syntax error: nothing is imported
// before the version has been looked at. Committed, since a build's output is not there yet when npm links commands.
var parts = process.versions.node.split('.');
var major = Number(parts[0]);
var minor = Number(parts[1]);
var fits =
  (major === 20 && minor >= 19) ||
  (major === 22 && minor >= 13) ||
  (major === 24 && minor >= 11) ||
  major > 24;

function end(text) {
  process.stderr.write('mortise: ' + text + '\n');
  process.exit(1);
}

if (!fits) {
  end('Mortise needs Node 20.19, 22.13, 24.11 or newer; this is ' + process.versions.node + '.');
} else {
  import('../../../dist/apps/cli/src/main.js').catch(function (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    end('mortise is not built, or its packages are not installed: run `npm ci` (or `npm run build`) first.');
  });
}
