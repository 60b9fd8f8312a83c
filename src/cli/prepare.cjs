// @ts-check
/*
 * Runs before `npm start`, `npm test` and their kin: checks Node, checks the port if one is asked for,
 * and installs what is missing. Uses nothing but Node, in syntax that Node 12 can read, so that an old
 * Node gets a sentence and not a syntax error.
 *
 *   node src/cli/prepare.cjs [--port 5173]
 */
'use strict';

const fs = require('fs');
const net = require('net');
const path = require('path');
const childProcess = require('child_process');

const root = path.join(__dirname, '..', '..');

/**
 * @param {string} file path from the top level
 * @returns {any}
 */
function readJson(file) {
  return JSON.parse(fs.readFileSync(path.join(root, file), 'utf8'));
}

/**
 * @param {string} sentence
 * @returns {never}
 */
function fail(sentence) {
  process.stderr.write(sentence + '\n');
  process.exit(1);
}

/**
 * Whether a Node version satisfies a range of the forms `>=24` and `^20.19 || ^22.13 || >=24`.
 * @param {string} version for instance '20.19.1'
 * @param {string} range
 * @returns {boolean}
 */
function satisfies(version, range) {
  const have = version.split('.').map(Number);
  return range.split('||').some(function (part) {
    const match = /(\^|>=)\s*(\d+)(?:\.(\d+))?/.exec(part);
    if (!match) return false;
    const major = Number(match[2]);
    const minor = Number(match[3] || 0);
    if (have[0] === major) return have[1] >= minor;
    return match[1] === '>=' && have[0] > major;
  });
}

/**
 * A range as words: '20.19 or a later 20, 22.13 or a later 22, or 24 and above'.
 * @param {string} range
 * @returns {string}
 */
function inWords(range) {
  const parts = range.split('||').map(function (part) {
    const minimum = part.replace(/[^\d.]/g, '');
    return part.indexOf('^') >= 0 ? minimum + ' or a later ' + minimum.split('.')[0] : minimum + ' and above';
  });
  const last = parts.pop();
  return parts.length > 0 ? parts.join(', ') + ', or ' + last : String(last);
}

/**
 * Whether `node_modules` lacks anything that the lock file asks for, or holds it in another version.
 * @param {Record<string, any>} wanted `packages` of package-lock.json
 * @param {Record<string, any>} installed `packages` of node_modules/.package-lock.json
 * @param {(folder: string) => boolean} exists whether a folder below the top level exists
 * @returns {boolean}
 */
function isStale(wanted, installed, exists) {
  return Object.keys(wanted).some(function (name) {
    const entry = wanted[name];
    if (name === '' || entry.optional || entry.peer) return false;
    const present = installed[name];
    return !present || present.version !== entry.version || !exists(name);
  });
}

/** @returns {boolean} */
function needsInstall() {
  try {
    const exists = /** @param {string} folder */ function (folder) {
      return fs.existsSync(path.join(root, folder));
    };
    const installed = readJson('node_modules/.package-lock.json').packages;
    return isStale(readJson('package-lock.json').packages, installed, exists);
  } catch {
    return true;
  }
}

function install() {
  console.log('Installing what is missing (npm ci) ...');
  // npm names its own script here; run by hand, this falls back to the npm on the path.
  const npm = process.env.npm_execpath;
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund'];
  /** @type {import('child_process').SpawnSyncOptions} */
  const options = { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] };
  const result =
    npm && /\.c?js$/.test(npm)
      ? childProcess.spawnSync(process.execPath, [npm].concat(args), options)
      : childProcess.spawnSync('npm', args, Object.assign({ shell: process.platform === 'win32' }, options));
  if (result.error || result.status !== 0) {
    fail('The packages could not be installed: npm ci failed (see its lines above); check the network and run the command again.');
  }
}

/**
 * Calls back with whether something already listens at a port of this machine.
 * @param {number} port
 * @param {(taken: boolean) => void} done
 */
function portIsTaken(port, done) {
  const hosts = ['127.0.0.1', '::1'];
  let waiting = hosts.length;
  let taken = false;
  hosts.forEach(function (host) {
    const socket = net.connect({ host: host, port: port });
    const finish = /** @param {boolean} answered */ function (answered) {
      socket.destroy();
      taken = taken || answered;
      waiting -= 1;
      if (waiting === 0) done(taken);
    };
    socket.once('connect', function () {
      finish(true);
    });
    socket.once('error', function () {
      finish(false);
    });
  });
}

function main() {
  const range = readJson('package.json').engines.node;
  if (!satisfies(process.versions.node, range)) {
    fail(
      'Attention Lab needs Node ' + inWords(range) + ', and this is Node ' + process.versions.node +
        ': install a newer one from https://nodejs.org and run the command again.'
    );
  }
  const flag = process.argv.indexOf('--port');
  const port = flag > 0 ? Number(process.argv[flag + 1]) : 0;
  const proceed = /** @param {boolean} taken */ function (taken) {
    if (taken) {
      fail('Port ' + port + ' is taken by another program: stop that program and run the command again.');
    }
    if (needsInstall()) install();
  };
  if (port) portIsTaken(port, proceed);
  else proceed(false);
}

module.exports = { satisfies: satisfies, inWords: inWords, isStale: isStale };

if (require.main === module) main();
