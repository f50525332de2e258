# Checks of Postern's configure. Each library is one line in configure.ac.

# POSTERN_COMPILER_FLAGS: the language, and warnings that stop the build.
AC_DEFUN([POSTERN_COMPILER_FLAGS], [
  POSTERN_CXXFLAGS='-std=c++20 -pthread -Wall -Wextra -Werror'
  AC_SUBST([POSTERN_CXXFLAGS])
])

# POSTERN_SANITIZERS: --enable-sanitizers builds everything with ASan and UBSan; the first finding
# ends the program.
AC_DEFUN([POSTERN_SANITIZERS], [
  AC_ARG_ENABLE([sanitizers],
    [AS_HELP_STRING([--enable-sanitizers], [build with AddressSanitizer and UBSan])])
  SANITIZE=
  AS_IF([test "x$enable_sanitizers" = xyes],
    # The check of function types cannot place its data beside coroutines in separate sections.
    [SANITIZE='-fsanitize=address,undefined -fno-sanitize=function -fno-sanitize-recover=all -fno-omit-frame-pointer'])
  AC_SUBST([SANITIZE])
])

# POSTERN_COROUTINES: refuses a compiler that miscompiles coroutines (g++ 12 does: it destroys
# temporaries twice). The probe is run with the flags of the build.
AC_DEFUN([POSTERN_COROUTINES], [
  AC_MSG_CHECKING([whether $CXX compiles coroutines correctly])
  AS_IF([$CXX $POSTERN_CXXFLAGS $CXXFLAGS $SANITIZE -o conftest.probe \
           "$srcdir/build-aux/coroutine_probe.cc" >&AS_MESSAGE_LOG_FD 2>&1 &&
         ./conftest.probe >&AS_MESSAGE_LOG_FD 2>&1],
    [AC_MSG_RESULT([yes])],
    [AC_MSG_RESULT([no])
     AC_MSG_ERROR([$CXX fails build-aux/coroutine_probe.cc (see config.log);
    use clang++-19 (Debian package clang-19), which passes: ./configure CXX=clang++-19])])
  rm -f conftest.probe
])

# POSTERN_LINKER: lld where the compiler finds it (it links several times faster); no library that
# a program does not call becomes a dependency of it.
AC_DEFUN([POSTERN_LINKER], [
  POSTERN_LDFLAGS='-pthread -Wl,--as-needed'
  AC_MSG_CHECKING([for lld])
  postern_saved_LDFLAGS=$LDFLAGS
  LDFLAGS="$LDFLAGS -fuse-ld=lld"
  AC_LINK_IFELSE([AC_LANG_PROGRAM], 
    [AC_MSG_RESULT([yes])
     POSTERN_LDFLAGS="-fuse-ld=lld $POSTERN_LDFLAGS"],
    [AC_MSG_RESULT([no])])
  LDFLAGS=$postern_saved_LDFLAGS
  AC_SUBST([POSTERN_LDFLAGS])
])

# POSTERN_CCACHE: compiles through ccache where it is installed. Paths below the source tree are
# hashed relative to the build folder, so that a clone elsewhere finds what this one compiled.
AC_DEFUN([POSTERN_CCACHE], [
  AC_ARG_ENABLE([ccache], [AS_HELP_STRING([--disable-ccache], [do not use ccache])])
  postern_top=`cd "$srcdir" && pwd`
  POSTERN_CXXFLAGS="$POSTERN_CXXFLAGS -ffile-prefix-map=$postern_top/="
  AC_CHECK_PROG([CCACHE], [ccache], [ccache])
  AS_IF([test "x$enable_ccache" != xno && test -n "$CCACHE"],
    [AS_CASE([$CXX], [*ccache*], [],
      [CXX="env CCACHE_BASEDIR=$postern_top CCACHE_NOHASHDIR=1 ccache $CXX"])])
])

# POSTERN_PACKAGE(NAME, PKG-CONFIG MODULES, DEBIAN PACKAGE): sets NAME_CFLAGS and NAME_LIBS.
AC_DEFUN([POSTERN_PACKAGE], [
  PKG_CHECK_MODULES([$1], [$2], [], [postern_missing="$postern_missing $3"])
])

# POSTERN_HEADER(NAME, HEADER, LIBRARIES, DEBIAN PACKAGE): for a library without a pkg-config file.
AC_DEFUN([POSTERN_HEADER], [
  AC_MSG_CHECKING([for $2])
  AC_PREPROC_IFELSE([AC_LANG_SOURCE([[#include <$2>]])],
    [AC_MSG_RESULT([yes])],
    [AC_MSG_RESULT([no])
     postern_missing="$postern_missing $4"])
  $1_LIBS='$3'
  AC_SUBST([$1_LIBS])
])

# POSTERN_REPORT_MISSING: ends with the names of the Debian packages to install, if any.
AC_DEFUN([POSTERN_REPORT_MISSING], [
  AS_IF([test -n "$postern_missing"],
    [AC_MSG_ERROR([libraries are missing; on Debian:
    apt-get install$postern_missing])])
])
