import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { distFolder } from './bundle.ts';

const { PORT_HTTP = '8080', PORT_HTTPS = '8443', PORT_DEBUG = '6060' } = process.env;

const ports = ['--http-port', PORT_HTTP, '--https-port', PORT_HTTPS, '--debug-port', PORT_DEBUG];
process.argv.splice(2, 0, 'dev', '-f', path.join('crds', 'examples'), ...ports, '--echo');

process.env['CONTOUR_DEV_STARTED_BY'] = 'npm start';

// In this very process, so that signals and the exit code are the command's own.
await import(pathToFileURL(path.join(distFolder, 'contour.js')).href);
