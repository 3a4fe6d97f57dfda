// Pipes the response of a server to standard output.
import { get } from 'node:http'

get(process.argv[2], (response) => response.pipe(process.stdout))
