#ifndef CLINUX_H
#define CLINUX_H
#include "amber_files.h"
#include "amber_host.h"
#include "amber_network.h"
#include "amber_process.h"
#include "amber_seccomp.h"
#include "amber_spawn.h"
#include "amber_stub.h"
#include "amber_world.h"
#endif
