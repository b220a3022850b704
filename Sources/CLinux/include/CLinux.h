#ifndef CLINUX_H
#define CLINUX_H
#include "amber_files.h"
#include "amber_host.h"
#endif
