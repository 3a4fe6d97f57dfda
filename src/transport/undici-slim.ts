/**
 * Stands in for undici in the built programs: the client and its `request`, without the fetch, the web sockets and the cache,
 * which take 30 ms to load. These modules are private to undici; a test holds them against the public ones.
 */
import request from 'undici/lib/api/api-request.js'
import Client from 'undici/lib/dispatcher/client.js'
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js'

Object.assign(Dispatcher.prototype, { request })

export { Client }
