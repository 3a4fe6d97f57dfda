#!/usr/bin/env node
import { main } from '../src/cli/main.js'
import { sseUsage } from '../src/programs/sse-usage.js'

void main(sseUsage)
