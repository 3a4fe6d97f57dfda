// What or-stream takes of undici, in a file of its own: none of it is read before there is something to ask, and none of the proxies
// where there is no proxy.
module.exports = {
  undici: require('undici'),
  get 'undici/lib/api/api-connect.js'() {
    return require('undici/lib/api/api-connect.js')
  },
  get 'undici/lib/dispatcher/dispatcher.js'() {
    return require('undici/lib/dispatcher/dispatcher.js')
  },
  get 'undici/lib/dispatcher/env-http-proxy-agent.js'() {
    return require('undici/lib/dispatcher/env-http-proxy-agent.js')
  },
}
